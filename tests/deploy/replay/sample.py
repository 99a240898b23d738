"""A small folder in Northwind's layout that a test may break as it likes."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "Categories.csv": """CategoryID,CategoryName,Description,Picture
1,Beverages,"Soft drinks, coffees, teas",<binary>
2,Condiments,Sauces,<binary>
""",
    "Shippers.csv": """ShipperID,CompanyName,Phone
1,Speedy Express,(503) 555-9831
2,United Package,(503) 555-3199
3,Federal Shipping,(503) 555-9931
""",
    "Customers.csv": """CustomerID,CompanyName,ContactName,ContactTitle,Address,City,Region,PostalCode,Country,Phone,Fax
ALFKI,Alfreds Futterkiste,Maria Anders,Sales,Obere Str. 57,Berlin,,12209,Germany,030,030
BLONP,"Blondesddsl père et fils",Frédérique Citeaux,Manager,"24, place Kléber",Strasbourg,,67000,France,88,88
""",
    "Products.csv": """ProductID,ProductName,SupplierID,CategoryID,QuantityPerUnit,UnitPrice,UnitsInStock,Discontinued
1,Chai,1,1,10 boxes x 20 bags,18,39,0
2,Chang,1,1,24 - 12 oz bottles,19,17,0
3,Aniseed Syrup,1,2,12 - 550 ml bottles,10,13,1
""",
    "Orders.csv": """OrderID,CustomerID,EmployeeID,OrderDate,RequiredDate,ShippedDate,ShipVia,Freight
101,ALFKI,5,7/4/1996,8/1/1996,7/16/1996,3,32.38
102,BLONP,6,7/5/1996,8/16/1996,,1,11.61
103,ALFKI,4,7/8/1996,8/5/1996,7/12/1996,2,65.83
""",
    "Order_Details.csv": """OrderID,ProductID,UnitPrice,Quantity,Discount
101,1,14.4,12,0
101,2,15.2,10,0.15
102,3,8,3,0.05
102,1,14.45,1,0.1
103,2,19,7,0
""",
}


def write_sample(directory: Path, encoding: str = "utf-8", newline: str = "\r\n") -> Path:
    """Write the six files; the lines can then be broken with `replace_line`."""
    for name, text in FILES.items():
        (directory / name).write_bytes(text.replace("\n", newline).encode(encoding))
    return directory


def replace_line(directory: Path, name: str, line: int, text: str | None) -> None:
    """Put another text in the place of a line (the header is line 1), or take the line out."""
    path = directory / name
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[line - 1 : line] = [] if text is None else text.split("\n")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
