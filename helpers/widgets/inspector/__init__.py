"""The Inspector: one small trained network, from its first epoch to its last, and all that it computes."""

from .files import load_record, save_record
from .record import Cases, Record
from .recording import record_training

__all__ = ["Cases", "Record", "load_record", "record_training", "save_record"]
