"""The plain voice: reads mail and words decisions by rules, offline, always the same.

- `reading.read`: free text to a typed `Reading`; `corpus.misread_rate` measures it.
- `phrasing.write_mail`, `phrasing.write_customer`: decisions to mails.
- `hearing.parse_mail`: mails of this voice back to the decisions.
- `misreads.misread`: injected misreads.
"""
