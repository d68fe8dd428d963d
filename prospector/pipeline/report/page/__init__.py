"""The page of the report: in comes a report, out goes one HTML file that needs nothing else and runs no script.

content     what stands on it: figures, charts, tables
rendering   the HTML
report.html.j2, charts.j2   the page, and its charts as SVG
"""
