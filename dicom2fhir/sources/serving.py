"""What a reading process does: it is asked for batches of files, and answers in turn.

It loads as little as it can (no asyncio, no multiprocessing), because until it has it reads nothing: 60 ms of processor time in place of 120.
"""

from __future__ import annotations

import gc
import os
import pickle
import queue
import signal
import sys
import threading
import time
from contextlib import suppress
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dicom2fhir.errors import Dicom2FhirError
from dicom2fhir.sources.files import Batch, Files

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from dicom2fhir.sources.problems import Skipped

__all__ = ["COMMAND", "Answer", "answer", "answer_all", "receive", "send", "serve", "skip_to_start"]

COMMAND: Final = (
    "import sys; sys.path[:] = sys.argv[1:]; from dicom2fhir.sources.serving import serve; serve()"
)
"""What Python is to run, with the places where it finds its modules as arguments."""

_COLLECTED_AT = 50_000
_START: Final = b"\0the answers of dicom2fhir\n"
_size = Struct("<Q")


class Answer(NamedTuple):
    """A batch, and how long it took: for who decides how large the next one may be."""

    batch: Batch
    files: int
    seconds: float


def send(stream: BinaryIO, what: Any) -> None:
    """Write one thing for the other end.

    >>> import io
    >>> pipe = io.BytesIO()
    >>> send(pipe, "a"), send(pipe, "b"), pipe.seek(0)
    (None, None, 0)
    >>> receive(pipe), receive(pipe)
    ('a', 'b')
    """
    _write(stream, pickle.dumps(what, pickle.HIGHEST_PROTOCOL))


def _write(stream: BinaryIO, data: bytes) -> None:
    stream.write(_size.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: BinaryIO) -> Any:
    """Read the next thing that the other end wrote; EOFError when there is none any more.

    >>> import io
    >>> receive(io.BytesIO(b"1234"))
    Traceback (most recent call last):
    EOFError
    """
    head = stream.read(_size.size)
    size = _size.unpack(head)[0] if len(head) == _size.size else 0
    data = stream.read(size)
    if not size or len(data) < size:
        raise EOFError
    return pickle.loads(data)  # noqa: S301 - from ourselves


def skip_to_start(stream: BinaryIO) -> None:
    """Pass over what was printed before the process began to serve: by a ``sitecustomize``, for one.

    >>> import io
    >>> skip_to_start(io.BytesIO(b"Welcome!"))
    Traceback (most recent call last):
    EOFError
    """
    while not (line := stream.readline()).endswith(_START):
        if not line:
            raise EOFError


def serve() -> None:
    """Read what is asked for, until nobody asks any more."""
    sys.excepthook = _fail
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # where a mask cannot be handed down
    answers = os.fdopen(os.dup(1), "wb", 1 << 16)
    os.dup2(2, 1)  # what anybody prints must not get among the answers
    gc.freeze()  # what was loaded stays; and what is read is no garbage, so nobody need look for any too often
    gc.set_threshold(_COLLECTED_AT)
    with suppress(EOFError, OSError):
        answers.write(_START)
        answer_all(sys.stdin.buffer, answers)
    with suppress(OSError):
        answers.close()


def _fail(kind: type[BaseException], *_: object) -> None:
    """End at once, and say what sort of error it was: its own text may hold a patient's value."""
    sys.stderr.write(f"a reading process failed: {kind.__name__}\n")
    sys.stderr.flush()
    os._exit(1)


def answer_all(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer one request after the other.

    One thread takes them in as they come, and one sends the answers off: so nobody waits for one who waits to be heard himself,
    and reading goes on while the other end is busy with what it got.

    >>> import io
    >>> from dicom2fhir.sources.files import Job
    >>> requests, answers = io.BytesIO(), io.BytesIO()
    >>> for request in (Job(frozenset()), ["no such file"]):
    ...     send(requests, request)
    >>> requests.seek(0)
    0
    >>> answer_all(requests, answers)
    >>> answers.seek(0)
    0
    >>> receive(answers), receive(answers).batch
    ('ready', <Batch: 0 headers, 1 skipped>)
    """
    files = Files(receive(requests))
    send(answers, "ready")
    asked: queue.SimpleQueue[list[str | Skipped] | None] = queue.SimpleQueue()
    ready: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
    threading.Thread(target=_take_in, args=(requests, asked.put), daemon=True).start()
    sending = threading.Thread(target=_send_off, args=(answers, ready.get), daemon=True)
    sending.start()
    while (paths := asked.get()) is not None:
        ready.put(pickle.dumps(answer(files, paths), pickle.HIGHEST_PROTOCOL))
    ready.put(None)
    sending.join()


def _take_in(requests: BinaryIO, put: Callable[[list[str | Skipped] | None], None]) -> None:
    with suppress(EOFError, OSError):
        while True:
            put(receive(requests))
    put(None)


def _send_off(answers: BinaryIO, get: Callable[[], bytes | None]) -> None:
    with suppress(OSError):  # nobody listens any more
        while (data := get()) is not None:
            _write(answers, data)


def answer(files: Files, paths: list[str | Skipped]) -> Answer | Dicom2FhirError:
    """Read these files, and make of them what is to be made."""
    started = time.monotonic()
    try:
        batch = files.read_all(paths)
    except Dicom2FhirError as error:
        return error
    return Answer(batch, len(paths), time.monotonic() - started)
