"""The same suites on Spark: the SQL of every question, said in Spark's words.

pyspark is imported here alone, and here only once a session is wanted.
"""
