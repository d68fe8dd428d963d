"""The workspace's settings: in comes `prospector.yaml` of this folder or the nearest parent, out go typed values.

Every value is text in the file and typed here; unknown keys and wrong values are `FileError`s with their line. Secrets
are never in the file: it only names the environment variables that hold them.

answers     what follows from an answer by default
values      the kinds of values: spans, days, addresses, names
sections    what stands in the file, with its defaults
files       finding and reading it; which line is to blame
in_force    each setting with its value and its origin
"""

from prospector.config.answers import OPT_OUT, AnswerDefault, answer_defaults, line_for
from prospector.config.files import FILE_NAME, find_workspace, load_section, load_settings, setting_line
from prospector.config.in_force import SettingInForce, SettingShape, settings_in_force
from prospector.config.sections import (
    AnswerRule,
    Breaker,
    Campaign,
    Hook,
    Mailbox,
    Provider,
    Section,
    Sender,
    Settings,
    ToolDestination,
)
from prospector.config.values import host_and_port

__all__ = [
    "FILE_NAME",
    "OPT_OUT",
    "AnswerDefault",
    "AnswerRule",
    "Breaker",
    "Campaign",
    "Hook",
    "Mailbox",
    "Provider",
    "Section",
    "Sender",
    "SettingInForce",
    "SettingShape",
    "Settings",
    "ToolDestination",
    "answer_defaults",
    "find_workspace",
    "host_and_port",
    "line_for",
    "load_section",
    "load_settings",
    "setting_line",
    "settings_in_force",
]
