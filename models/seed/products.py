"""Sixty products in six categories: what a maker of home appliances might sell. Prices are per unit and include tax."""

from __future__ import annotations

from models.money import parse_fen
from models.payloads.catalog import CategoryView, ProductData

CATEGORIES = (
    CategoryView("kitchen", "厨房电器", "Kitchen appliances"),
    CategoryView("cookware", "锅具炊具", "Cookware"),
    CategoryView("water", "饮水净水", "Water and drinks"),
    CategoryView("cleaning", "清洁电器", "Cleaning"),
    CategoryView("climate", "环境电器", "Air and climate"),
    CategoryView("parts", "配件耗材", "Parts and consumables"),
)

_Row = tuple[str, str, str, str, int, int]
"""SKU, names, price in yuan, minimum quantity, pack size."""

_KITCHEN: tuple[_Row, ...] = (
    ("KA-1001", "智能电饭煲 4L", "Smart rice cooker 4 L", "329.00", 1, 1),
    ("KA-1002", "智能电饭煲 5L", "Smart rice cooker 5 L", "389.00", 1, 1),
    ("KA-1010", "电压力锅 5L", "Electric pressure cooker 5 L", "459.00", 1, 1),
    ("KA-1020", "空气炸锅 5.5L", "Air fryer 5.5 L", "429.00", 1, 1),
    ("KA-1030", "家用电烤箱 35L", "Electric oven 35 L", "519.00", 1, 1),
    ("KA-1040", "变频微波炉 23L", "Inverter microwave oven 23 L", "599.00", 1, 1),
    ("KA-1050", "电磁炉 2200W", "Induction hob 2200 W", "269.00", 2, 2),
    ("KA-1060", "破壁料理机 1.75L", "High-speed blender 1.75 L", "549.00", 1, 1),
    ("KA-1070", "多功能厨师机", "Stand mixer", "899.00", 1, 1),
    ("KA-1080", "电热火锅 6L", "Electric hot pot 6 L", "239.00", 2, 2),
    ("KA-1090", "早餐三明治机", "Sandwich maker", "129.00", 4, 4),
    ("KA-1100", "嵌入式蒸烤一体机", "Built-in steam oven", "3980.00", 1, 1),
)
_COOKWARE: tuple[_Row, ...] = (
    ("CW-2001", "不粘炒锅 32cm", "Non-stick wok 32 cm", "159.00", 4, 4),
    ("CW-2002", "不粘平底锅 28cm", "Non-stick frying pan 28 cm", "119.00", 4, 4),
    ("CW-2010", "304 不锈钢汤锅 24cm", "Stainless steel stockpot 24 cm", "189.00", 4, 4),
    ("CW-2011", "304 不锈钢奶锅 18cm", "Stainless steel saucepan 18 cm", "109.00", 4, 4),
    ("CW-2020", "铸铁珐琅锅 24cm", "Enamelled cast-iron casserole 24 cm", "399.00", 2, 2),
    ("CW-2030", "三层蒸锅 30cm", "Three-tier steamer 30 cm", "229.00", 2, 2),
    ("CW-2040", "高压锅 22cm", "Pressure cooker 22 cm", "269.00", 2, 2),
    ("CW-2050", "厨房刀具六件套", "Six-piece knife set", "199.00", 6, 6),
    ("CW-2060", "硅胶铲勺五件套", "Five-piece silicone utensil set", "79.00", 12, 12),
    ("CW-2070", "整竹砧板 40cm", "Bamboo chopping board 40 cm", "69.00", 12, 12),
)
_WATER: tuple[_Row, ...] = (
    ("WD-3001", "电热水壶 1.7L", "Electric kettle 1.7 L", "99.00", 6, 6),
    ("WD-3002", "恒温电热水瓶 5L", "Thermo pot 5 L", "299.00", 2, 2),
    ("WD-3010", "台式净饮机", "Countertop water purifier", "1299.00", 1, 1),
    ("WD-3011", "厨下反渗透净水器 800G", "Under-sink RO purifier 800 G", "1899.00", 1, 1),
    ("WD-3020", "前置过滤器", "Pre-filter", "359.00", 2, 2),
    ("WD-3030", "立式冷热饮水机", "Hot and cold water dispenser", "649.00", 1, 1),
    ("WD-3040", "滴漏式咖啡机", "Drip coffee maker", "269.00", 2, 2),
    ("WD-3041", "半自动意式咖啡机", "Espresso machine", "1199.00", 1, 1),
    ("WD-3050", "全自动豆浆机 1.2L", "Soy milk maker 1.2 L", "319.00", 2, 2),
    ("WD-3060", "便携榨汁杯", "Portable juicer cup", "89.00", 12, 6),
)
_CLEANING: tuple[_Row, ...] = (
    ("CL-4001", "无线手持吸尘器", "Cordless vacuum cleaner", "899.00", 1, 1),
    ("CL-4002", "卧式吸尘器 2L", "Canister vacuum cleaner 2 L", "399.00", 1, 1),
    ("CL-4010", "扫拖一体机器人", "Robot vacuum and mop", "1999.00", 1, 1),
    ("CL-4011", "自清洁扫地机器人", "Self-emptying robot vacuum", "2899.00", 1, 1),
    ("CL-4020", "无线洗地机", "Cordless floor washer", "1599.00", 1, 1),
    ("CL-4030", "蒸汽拖把", "Steam mop", "459.00", 2, 2),
    ("CL-4040", "除螨仪", "Mattress vacuum", "299.00", 2, 2),
    ("CL-4050", "手持挂烫机", "Handheld garment steamer", "189.00", 4, 4),
    ("CL-4051", "立式挂烫机", "Standing garment steamer", "329.00", 2, 2),
    ("CL-4060", "毛球修剪器", "Fabric shaver", "49.00", 24, 12),
)
_CLIMATE: tuple[_Row, ...] = (
    ("CM-5001", "空气净化器 400m³/h", "Air purifier 400 m³/h", "1099.00", 1, 1),
    ("CM-5002", "空气净化器 700m³/h", "Air purifier 700 m³/h", "1899.00", 1, 1),
    ("CM-5010", "无雾加湿器 4L", "Evaporative humidifier 4 L", "259.00", 2, 2),
    ("CM-5020", "家用除湿机 20L/天", "Dehumidifier 20 L a day", "1399.00", 1, 1),
    ("CM-5030", "直流变频落地扇", "DC pedestal fan", "299.00", 2, 2),
    ("CM-5031", "无叶塔扇", "Bladeless tower fan", "489.00", 1, 1),
    ("CM-5032", "空气循环扇", "Air circulator", "219.00", 2, 2),
    ("CM-5040", "石墨烯踢脚线取暖器", "Graphene baseboard heater", "459.00", 1, 1),
    ("CM-5041", "电热油汀 13 片", "Oil-filled radiator, 13 fins", "379.00", 1, 1),
    ("CM-5050", "浴室暖风机", "Bathroom fan heater", "199.00", 4, 4),
)
_PARTS: tuple[_Row, ...] = (
    ("PT-6001", "净水器复合滤芯", "Composite filter cartridge", "129.00", 10, 10),
    ("PT-6002", "反渗透滤芯 800G", "RO membrane 800 G", "399.00", 5, 5),
    ("PT-6010", "空气净化器 HEPA 滤网", "HEPA filter", "159.00", 10, 10),
    ("PT-6020", "扫地机器人集尘袋（6 只装）", "Robot dust bags, pack of 6", "59.00", 20, 20),
    ("PT-6021", "扫地机器人边刷（4 只装）", "Robot side brushes, pack of 4", "29.00", 50, 50),
    ("PT-6030", "洗地机滚刷", "Floor washer roller", "69.00", 20, 10),
    ("PT-6040", "电饭煲内胆 4L", "Rice cooker inner pot 4 L", "89.00", 10, 10),
    ("PT-6050", "通用电源线 1.5m", "Power cord 1.5 m", "12.50", 100, 50),
)

_BY_CATEGORY = (
    ("kitchen", _KITCHEN, "台", "unit"),
    ("cookware", _COOKWARE, "件", "pc"),
    ("water", _WATER, "台", "unit"),
    ("cleaning", _CLEANING, "台", "unit"),
    ("climate", _CLIMATE, "台", "unit"),
    ("parts", _PARTS, "件", "pc"),
)

PRODUCTS = tuple(
    ProductData(sku, name_zh, name_en, category, parse_fen(price), unit_zh, unit_en, minimum, pack)
    for category, rows, unit_zh, unit_en in _BY_CATEGORY
    for sku, name_zh, name_en, price, minimum, pack in rows
)
