"""Dates of birth after words that announce them."""

import re

from nlp.recognisers.base import Recogniser, every

DATE = (
    r"(?:(?:19|20)\d{2}\s?[年/.-]\s?\d{1,2}(?:\s?[月/.-]\s?\d{1,2}\s?[日号號]?|月)?|(?:19|20)\d{6}|\d{1,2}\s?月\s?\d{1,2}\s?[日号號]?"
    r"|民?[国國]?\s?\d{2,3}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?|\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?\s\d{1,2}(?:st|nd|rd|th)?(?:,?\s(?:19|20)\d{2})?"
    r"|\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:,?\s(?:19|20)\d{2})?)"
)
BIRTH = re.compile(
    r"(?:出生日期|出生年月日?|出生(?:于|於|在)?|生日|生于|生於"
    r"|\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|birthday|born(?: on| in)?)\b)"
    rf"\s?(?:是在|是|为|為|is|was|on|[:：])*\s?({DATE})(?!\d)",
    re.IGNORECASE,
)
CUE = re.compile(r"生|birth|born|dob|d\.o\.b", re.IGNORECASE)

RECOGNISER = Recogniser(needs=CUE, find=every(BIRTH, 1))
