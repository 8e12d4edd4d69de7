"""How prices come about: pool mathematics, the outside price, regimes and routes."""
