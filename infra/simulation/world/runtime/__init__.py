"""What a validator does: accounts, execution, messages and signatures."""
