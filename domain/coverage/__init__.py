"""Rules by which a listing of a wallet's history is believed, or not."""
