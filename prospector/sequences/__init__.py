"""Sequence folders: read them, check them, render their touches for a person, and put those into a calendar.

In come a folder and a prospect; out go finished texts with their times, or why there is none.

`folder` reads `templates/NAME/`; `values` and `views` are what a template sees;
`environment` is the fenced-in template language and `names` finds names in it that do not exist; `markdown`
turns a body into text and HTML; `render` puts these together for one touch and one person; `check` says what
a careful reader would; `calendar` gives each touch its time; `preview` shows it all as a page.
"""
