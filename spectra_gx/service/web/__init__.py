"""The pages for people: data docs, and what goes on now, with and without scripts."""
