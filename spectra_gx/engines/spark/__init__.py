"""The same queries on Spark: our SQL, translated.

pyspark is imported here alone, and here only once a session is wanted.
"""
