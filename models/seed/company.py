"""The demo company: a maker of home appliances, its dealers, carriers and accounts. Everybody is named by role."""

from __future__ import annotations

from models.payloads.access import Role, UserData
from models.payloads.dealers import DealerData

DEALER_A = "D001"
DEALER_B = "D002"
STORE_OF_A = "D001-S01"
SUSPENDED_DEALER = "D012"
SUSPENDED_REASON = "年度资质文件已过期，请补交后恢复下单 / Annual licence documents have expired"

_ROWS = (
    (DEALER_A, "江南晴川家电（示范A）", "Qingchuan Appliances (Demo A)", "east", "gold", "杭州", "文汇路 18 号"),
    (DEALER_B, "岭南云禾电器（示范B）", "Yunhe Electrics (Demo B)", "south", "gold", "广州", "珠江大道 66 号"),
    ("D003", "燕北长风家电（示范C）", "Changfeng Appliances (Demo C)", "north", "silver", "北京", "长风街 9 号"),
    ("D004", "蜀都锦屏家电（示范D）", "Jinping Appliances (Demo D)", "southwest", "silver", "成都", "锦屏路 120 号"),
    ("D005", "东海明舟电器（示范E）", "Mingzhou Electrics (Demo E)", "east", "silver", "宁波", "明舟路 27 号"),
    ("D006", "南湾朗润家电（示范F）", "Langrun Appliances (Demo F)", "south", "silver", "深圳", "朗润路 88 号"),
    ("D007", "津沽望潮电器（示范G）", "Wangchao Electrics (Demo G)", "north", "standard", "天津", "望潮道 5 号"),
    ("D008", "渝州山语电器（示范H）", "Shanyu Electrics (Demo H)", "southwest", "standard", "重庆", "山语路 31 号"),
    ("D009", "金陵栖霞家电（示范I）", "Qixia Appliances (Demo I)", "east", "standard", "南京", "栖霞街 42 号"),
    ("D010", "闽海知夏电器（示范J）", "Zhixia Electrics (Demo J)", "south", "standard", "厦门", "知夏路 16 号"),
    ("D011", "齐鲁景和家电（示范K）", "Jinghe Appliances (Demo K)", "north", "standard", "济南", "景和路 73 号"),
    (
        SUSPENDED_DEALER,
        "滇池春晓家电（示范L）",
        "Chunxiao Appliances (Demo L)",
        "southwest",
        "standard",
        "昆明",
        "春晓路 8 号",
    ),
)

DEALERS = tuple(
    DealerData(code, name_zh, name_en, region, tier, city, f"{city}市{address}", sales_manager="sales")
    for code, name_zh, name_en, region, tier, city, address in _ROWS
)

STORE = (STORE_OF_A, "晴川家电西湖店（示范）", "Qingchuan West Lake Store (Demo)", "杭州")

WAREHOUSE = ("WH-01", "中央仓", "Central Warehouse")

CARRIERS = (
    ("SUDA", "速达物流（示范）", "Suda Express (Demo)"),
    ("YUANTU", "远途货运（示范）", "Yuantu Freight (Demo)"),
    ("JIELIAN", "捷联快运（示范）", "Jielian Courier (Demo)"),
)

ACCOUNTS = (
    UserData("sales", "销售经理", "Sales Manager", (Role.SALES_MANAGER,)),
    UserData("credit", "信用控制员", "Credit Controller", (Role.CREDIT_CONTROLLER,)),
    UserData("finance", "财务专员", "Finance Officer", (Role.FINANCE,)),
    UserData("warehouse", "仓库管理员", "Warehouse Keeper", (Role.WAREHOUSE,)),
    UserData("logistics", "物流专员", "Logistics Coordinator", (Role.LOGISTICS,)),
    UserData("ops", "流程运营", "Process Operations", (Role.OPS,)),
    UserData("dealer-a-buyer", "经销商A采购员", "Dealer A Buyer", (Role.DEALER_BUYER,), DEALER_A),
    UserData("dealer-a-owner", "经销商A负责人", "Dealer A Owner", (Role.DEALER_OWNER,), DEALER_A),
    UserData("dealer-a-store", "经销商A门店", "Dealer A Store", (Role.STORE,), DEALER_A, STORE_OF_A),
    UserData("dealer-b-buyer", "经销商B采购员", "Dealer B Buyer", (Role.DEALER_BUYER,), DEALER_B),
    UserData("dealer-b-owner", "经销商B负责人", "Dealer B Owner", (Role.DEALER_OWNER,), DEALER_B),
)
