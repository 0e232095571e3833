"""Makes marked functions parts of their callers, and nothing else: no machine code of their own.

Numba would give each of them wrappers for Python and C, the whole optimiser and an address, which nobody
uses; that is half the time to compile. :mod:`~hotline_sim.engines.core.compiler` compiles what calls them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hotline_sim.compiled import APART

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


def teach(functions: Iterable[Callable[..., Any]]) -> None:
    """Tell Numba that its code may call these functions, and that they go into their callers.

    Parameters
    ----------
    functions : iterable of callables
        Plain functions on numbers, arrays and named tuples of them.
    """
    extending: Any = import_module("numba.extending")
    options: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    parts = parts_only()
    if parts is not None:
        options["pipeline_class"] = parts
    for function in functions:
        # A visit is a dozen machine words, which a call would lay down and pick up again.
        forced = function not in APART
        extending.register_jitable(forceinline=forced, _nrt=False, **options)(function)


def parts_only() -> Any:
    """A compiler of Numba that stops before the machine code, or None if this Numba has not what it needs.

    Returns
    -------
    type or None
        For the option ``pipeline_class``.
    """
    compiler: Any = import_module("numba.core.compiler")
    machinery: Any = import_module("numba.core.compiler_machinery")
    codegen: Any = import_module("numba.core.codegen")
    passes: Any = import_module("numba.core.typed_passes")
    needed = (
        (codegen, ("JITCodeLibrary",)),
        (getattr(codegen, "JITCodeLibrary", None), ("_optimize_final_module", "_finalize_dynamic_globals")),
        (compiler, ("CompilerBase", "DefaultPassBuilder")),
        (getattr(compiler, "Flags", None), ("no_compile",)),
        (passes, ("NativeLowering",)),
    )
    if not all(hasattr(owner, name) for owner, names in needed for name in names):
        return None

    class Part(codegen.JITCodeLibrary):  # type: ignore[misc]
        """The code of one function, to be linked into others."""

        def _optimize_final_module(self) -> None:
            """Nothing: the caller is optimised as a whole."""

        def _finalize_final_module(self) -> None:
            self._finalize_dynamic_globals()
            self._finalized = True

    @machinery.register_pass(mutates_CFG=False, analysis_only=True)
    class NameIt(machinery.AnalysisPass):  # type: ignore[misc]
        """Make the code known under a name of its own, since it has no address."""

        _name = "name_part"

        def __init__(self) -> None:
            super().__init__()

        def run_pass(self, state: Any) -> bool:
            # Any new built-in function will do, it is never called.
            name = [None].append
            state.targetctx.insert_user_function(name, state.cr.fndesc, [state.library])
            state.cr = state.cr._replace(cfunc=name)
            return True

    class Parts(compiler.CompilerBase):  # type: ignore[misc]
        """The usual passes, but into a part."""

        def define_pipelines(self) -> list[Any]:
            self.state.flags.no_compile = True
            self.state.library = Part(self.state.targetctx.codegen(), self.state.func_id.func_qualname)
            usual = compiler.DefaultPassBuilder.define_nopython_pipeline(self.state)
            usual.add_pass_after(NameIt, passes.NativeLowering)
            usual.finalize()
            return [usual]

    return Parts
