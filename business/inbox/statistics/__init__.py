"""How well the inbox answers: figures over a period, their definitions, charts and files."""

from .files import as_json, as_workbook
from .form import StatisticsForm
from .report import Report, make_report

__all__ = ["Report", "StatisticsForm", "as_json", "as_workbook", "make_report"]
