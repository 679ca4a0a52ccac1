"""What a dictionary begins with: short forms that warehouses of many trades use, and a few words for one thing.

Chosen by hand. Left out is what means too much (`a`, `t`, `co`, `per`) or nothing but itself (`id` alone is searched).
"""

ABBREVIATIONS: tuple[tuple[str, str], ...] = (
    # Parties
    ("cust", "customer"), ("cstmr", "customer"), ("clnt", "client"),
    ("emp", "employee"), ("empl", "employee"), ("mgr", "manager"), ("supp", "supplier"), ("vend", "vendor"),
    ("vndr", "vendor"), ("usr", "user"), ("mbr", "member"), ("pat", "patient"), ("org", "organization"),
    ("dept", "department"), ("div", "division"), ("grp", "group"), ("ctct", "contact"), ("subs", "subscriber"),
    # Names, places, ways to reach somebody
    ("addr", "address"), ("fname", "first name"), ("lname", "last name"), ("dob", "date of birth"),
    ("ssn", "social security number"), ("tel", "telephone"), ("ph", "phone"), ("mob", "mobile"), ("eml", "email"),
    ("ctry", "country"), ("cntry", "country"), ("cty", "city"), ("st", "street"), ("st", "state"), ("str", "street"),
    ("zip", "postal code"), ("loc", "location"), ("reg", "region"), ("lat", "latitude"), ("lon", "longitude"),
    ("lng", "longitude"), ("lang", "language"), ("tz", "time zone"),
    # Codes, numbers, measures
    ("no", "number"), ("num", "number"), ("nbr", "number"), ("nr", "number"), ("cd", "code"), ("typ", "type"),
    ("desc", "description"), ("descr", "description"), ("dsc", "description"), ("nm", "name"), ("lbl", "label"),
    ("ind", "indicator"), ("flg", "flag"), ("sts", "status"), ("stat", "status"), ("stat", "statistic"),
    ("cat", "category"), ("ctgy", "category"), ("cls", "class"), ("lvl", "level"), ("seq", "sequence"),
    ("ident", "identifier"), ("id", "identifier"), ("uid", "unique identifier"), ("fk", "foreign key"),
    ("pk", "primary key"), ("sk", "surrogate key"), ("ref", "reference"), ("val", "value"), ("pct", "percent"),
    ("perc", "percent"), ("cnt", "count"), ("qty", "quantity"), ("amt", "amount"), ("tot", "total"),
    ("avg", "average"), ("min", "minimum"), ("max", "maximum"), ("std", "standard"), ("dev", "deviation"),
    ("wt", "weight"), ("wgt", "weight"), ("ht", "height"), ("len", "length"), ("vol", "volume"),
    ("temp", "temperature"), ("temp", "temporary"), ("tmp", "temporary"),
    ("uom", "unit of measure"), ("rt", "rate"), ("prob", "probability"),
    # Days and times
    ("dt", "date"), ("dte", "date"), ("ts", "timestamp"), ("tm", "time"), ("dttm", "date time"), ("yr", "year"),
    ("mth", "month"), ("mnth", "month"), ("mon", "month"), ("wk", "week"), ("qtr", "quarter"), ("hr", "hour"),
    ("sec", "second"), ("ms", "millisecond"), ("eff", "effective"), ("exp", "expiry"), ("crt", "created"),
    ("upd", "updated"), ("mod", "modified"), ("del", "deleted"), ("ytd", "year to date"), ("mtd", "month to date"),
    ("fy", "fiscal year"), ("eom", "end of month"), ("eod", "end of day"), ("dur", "duration"), ("freq", "frequency"),
    # Money and trade
    ("acct", "account"), ("acc", "account"), ("bal", "balance"), ("trx", "transaction"), ("txn", "transaction"),
    ("tran", "transaction"), ("pmt", "payment"), ("pymt", "payment"), ("inv", "invoice"), ("inv", "inventory"),
    ("ord", "order"), ("po", "purchase order"), ("so", "sales order"), ("prod", "product"), ("prod", "production"),
    ("prd", "product"), ("itm", "item"), ("sku", "stock keeping unit"), ("whs", "warehouse"), ("whse", "warehouse"),
    ("dwh", "data warehouse"), ("shp", "shipment"), ("dlv", "delivery"), ("rcpt", "receipt"), ("ret", "return"),
    ("prc", "price"), ("cst", "cost"), ("rev", "revenue"), ("disc", "discount"), ("curr", "currency"),
    ("ccy", "currency"), ("cur", "currency"), ("fx", "foreign exchange"), ("cr", "credit"), ("dr", "debit"),
    ("gl", "general ledger"), ("ar", "accounts receivable"), ("ap", "accounts payable"), ("vat", "value added tax"),
    ("cogs", "cost of goods sold"), ("kpi", "key performance indicator"), ("bu", "business unit"), ("ctr", "contract"),
    ("cntr", "contract"), ("agmt", "agreement"), ("pol", "policy"), ("clm", "claim"), ("prem", "premium"),
    ("int rate", "interest rate"), ("apr", "annual percentage rate"), ("aum", "assets under management"),
    ("mcc", "merchant category code"), ("mrch", "merchant"), ("br", "branch"), ("seg", "segment"), ("mkt", "market"),
    ("mktg", "marketing"), ("cmpgn", "campaign"), ("chnl", "channel"), ("crm", "customer relationship management"),
    ("hr", "human resources"), ("sal", "salary"),
    # Technology and warehouses
    ("dim", "dimension"), ("fct", "fact"), ("stg", "staging"), ("agg", "aggregate"), ("hist", "history"),
    ("arch", "archive"), ("bkp", "backup"), ("cfg", "configuration"), ("conf", "configuration"), ("src", "source"),
    ("tgt", "target"), ("dest", "destination"), ("msg", "message"), ("req", "request"), ("resp", "response"),
    ("err", "error"), ("attr", "attribute"), ("param", "parameter"), ("prm", "parameter"), ("sess", "session"),
    ("auth", "authorization"), ("pwd", "password"), ("svc", "service"), ("sys", "system"), ("env", "environment"),
    ("db", "database"), ("tbl", "table"), ("col", "column"), ("idx", "index"), ("img", "image"), ("doc", "document"),
    ("info", "information"), ("app", "application"), ("appl", "application"), ("dvc", "device"), ("veh", "vehicle"),
    ("vin", "vehicle identification number"), ("eqp", "equipment"), ("maint", "maintenance"), ("diag", "diagnosis"),
    ("dx", "diagnosis"), ("rx", "prescription"), ("med", "medication"), ("mrn", "medical record number"),
    ("los", "length of stay"), ("bmi", "body mass index"), ("proc", "procedure"), ("lab", "laboratory"),
)  # fmt: skip

SYNONYMS: tuple[tuple[str, str], ...] = (
    ("client", "customer"), ("buyer", "customer"), ("shopper", "customer"), ("staff", "employee"),
    ("worker", "employee"), ("vendor", "supplier"), ("sex", "gender"), ("postcode", "postal code"),
    ("zip code", "postal code"),
    ("mail", "email"), ("phone", "telephone"), ("surname", "last name"), ("family name", "last name"),
    ("given name", "first name"), ("birth date", "date of birth"), ("birthday", "date of birth"),
    ("bill", "invoice"), ("article", "product"), ("goods", "product"), ("income", "revenue"),
    ("turnover", "revenue"), ("wage", "salary"), ("stock", "inventory"), ("nation", "country"), ("town", "city"),
    ("illness", "disease"), ("drug", "medication"), ("doctor", "physician"), ("car", "vehicle"), ("shop", "store"),
)  # fmt: skip
