"""Cash by year in both ledgers, present values, and who pays for works."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from nwl_opt.app.estates.opened import Planned, estate_of
from nwl_opt.app.pages import run_page
from nwl_opt.estates.browsing.cash_charts import saved_so_far_chart, yearly_chart
from nwl_opt.estates.browsing.money import ledgers, source_totals, works

router = APIRouter()


@router.get("/cash")
def cash(request: Request, opened: Planned) -> HTMLResponse:
    """What the ICB and the whole system pay, with everything kept and with the plan."""
    estate = estate_of(request, opened)
    done = works(estate)
    basis = [one for one in opened.sentences if one.id == "estates.basis"]
    shown = [(ledger, yearly_chart(ledger), saved_so_far_chart(ledger)) for ledger in ledgers(estate)]
    return run_page(request, "estates/cash.html", opened, "cash", shown=shown, works=done,
                    sources=source_totals(estate, done), basis=basis)  # fmt: skip
