"""Sums the sales of each month."""

from dataclasses import dataclass


@dataclass
class Sale:
    month: str
    amount: float


def by_month(sales: list[Sale]) -> dict[str, float]:
    totals: dict[str, float] = {}
    for sale in sales:
        totals[sale.month] = totals.get(sale.month, 0.0) + sale.amount
    return totals
