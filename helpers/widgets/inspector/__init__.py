"""The Inspector: small trained networks, from the first epoch to the last, and all that they compute."""

from .files import load_record, save_record
from .page import to_html
from .record import Cases, Record
from .recording import record_training
from .single import record_network
from .widget import Inspector

__all__ = ["Cases", "Inspector", "Record", "load_record", "record_network", "record_training", "save_record", "to_html"]
