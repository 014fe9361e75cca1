"""Printed publications: the catalogue of recognised products, and a card for the shelf of one."""
