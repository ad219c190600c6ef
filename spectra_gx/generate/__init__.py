"""Tables that keep a contract, or break named rules of it, made from the contract alone."""
