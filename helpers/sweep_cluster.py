"""Train the stacks of a sweep on the workers of a Dask cluster, and keep each as soon as it is finished."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

#: So many seconds a result that is ready may take to arrive, once the sweep has failed elsewhere.
PATIENCE = 10


@contextmanager
def naming(stack: list) -> Iterator[None]:
    """Say, below an error that is raised inside, which runs were being trained."""
    try:
        yield
    except Exception as error:
        error.add_note(f"while training {len(stack)} run(s), the first of them {stack[0]!r}")
        raise


def check(client) -> None:
    """Raise ``ValueError`` for what is not a connected ``dask.distributed.Client``."""
    methods = (getattr(client, name, None) for name in ("map", "cancel", "scheduler_info"))
    if not all(map(callable, methods)) or client.asynchronous:
        waiting = " that is asynchronous" if getattr(client, "asynchronous", False) else ""
        raise ValueError(f"expected a dask.distributed.Client, got {type(client).__name__}{waiting}")
    if client.status != "running":
        raise ValueError(f"expected a client that is connected to its cluster, got one that is {client.status!r}")


def train_on(client, train: Callable[[list], list], stacks: list[list], keep: Callable[[list, list], None]) -> None:
    """Call ``keep(stack, train(stack))`` for each of the ``stacks``: ``train`` on the workers, ``keep`` here.

    The scheduler gives the stack of a worker that died to another. Where one fails, or on Ctrl-C, what else is finished
    is kept and what waits is cancelled.
    """
    from distributed import as_completed  # here, because only a cluster needs it

    # No list of all futures: what is kept here must not stay there, or it is trained again when its worker dies.
    waiting = dict(zip(client.map(train, stacks, pure=False, key="sweep"), stacks, strict=True))
    try:
        for future, result in as_completed(waiting, loop=client.loop, with_results=True, raise_errors=False):
            with naming(waiting[future]):
                if future.status == "error":
                    _, error, trace = result
                    raise error.with_traceback(trace)
                if future.status != "finished":
                    raise RuntimeError("the cluster is gone: run the sweep again with a new one, and it goes on")
            keep(waiting[future], result)
            del waiting[future]
            future.release()
    except BaseException:  # Ctrl-C too
        for future in [one for one in waiting if one.status == "finished"]:
            with suppress(Exception):  # the first error is the one to hear about
                keep(waiting[future], future.result(timeout=PATIENCE))
        raise
    finally:
        with suppress(Exception):  # a cluster that is gone has nothing to cancel
            client.cancel(list(waiting))
