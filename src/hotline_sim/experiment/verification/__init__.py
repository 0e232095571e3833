"""The whole simulator against theory: cases with known answers, and a judgement of each.

A case is a scenario, put together in ``tables.py`` and read like a file; what is counted in its logs is in
``measures.py``. The cases themselves are in ``phone.py``, ``desk.py``, ``network.py``, ``demand.py`` and
``calendar.py``. Each is compared with theory in ``judge.py`` and between the engines in ``engines.py``; the
verb is in ``verify.py``.
"""
