"""The rules of the desk and its data: people, charter, posts, review, sign-off, checks, media, delivery, audit.

Knows neither Qt nor HTTP nor a timetable: whatever shows, sends or schedules lives above and calls in here.
"""
