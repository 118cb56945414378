"""What opens a file that we do not trust, in a process of its own (see plateforme.socle.isolement).

Nothing here knows Django, nor French: it starts in a few hundredths of a second, holds no secret of the
site, and answers codes.
"""
