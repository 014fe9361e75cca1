from django.dispatch import Signal

between_tasks = Signal()
"""Sent by every worker each time before it looks for a task, several times a second: receivers must be quick.

For work that is noted in the database by itself and would need a task for each note, like the search index.
"""
