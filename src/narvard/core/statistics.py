"""What the database knows of its rows, renewed after many were written at once."""

from django.db import connection


def learn() -> None:
    """Let the database learn what its tables hold: a planner that takes them for empty reads all of them.

    On PostgreSQL only our own tables: the catalogues are shared by all databases of a server, and analysing them
    in a long transaction holds up everybody else's.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = map(connection.ops.quote_name, connection.introspection.table_names(cursor))
            cursor.execute(f"ANALYZE {', '.join(names)}")
        else:
            cursor.execute("ANALYZE")
