"""Where all chance comes from: addressed uniforms, inverse distribution functions and arrival instants.

Nothing outside this package touches a random generator. What the numbers mean for a ticket is said in
:mod:`hotline_sim.network`, which turns them into the columns an engine reads.
"""
