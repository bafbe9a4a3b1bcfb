"""The lists that forms show: classifications, methods and tips, in both languages, by id."""

from lianfang_edge.problems import Text

CLASSIFICATIONS: dict[str, Text] = {
    "burglary": Text("入室盗窃", "Burglary"),
    "theft": Text("盗窃", "Theft"),
    "fraud": Text("诈骗", "Fraud"),
    "robbery": Text("抢劫", "Robbery"),
    "assault": Text("殴打伤害", "Assault"),
    "domestic_violence": Text("家庭暴力", "Domestic violence"),
    "sexual_offence": Text("性侵害", "Sexual offence"),
    "missing_person": Text("人员走失", "Missing person"),
    "noise": Text("噪音扰民", "Noise"),
    "public_disorder": Text("扰乱公共秩序", "Public disorder"),
    "fire_hazard": Text("火灾隐患", "Fire hazard"),
    "blocked_exit": Text("堵塞安全出口", "Blocked exit"),
    "gas_hazard": Text("燃气隐患", "Gas hazard"),
    "lost_property": Text("遗失物品", "Lost property"),
    "traffic_obstruction": Text("妨碍交通", "Traffic obstruction"),
    "help_request": Text("群众求助", "Request for help"),
}

METHODS: dict[str, Text] = {
    "door_unlocked": Text("门未上锁", "Door left unlocked"),
    "lock_picked": Text("技术开锁", "Lock picked"),
    "lock_forced": Text("撬锁", "Lock forced"),
    "window_entry": Text("翻窗", "Entry through a window"),
    "balcony_climbed": Text("攀爬阳台", "Balcony climbed"),
    "tailgating": Text("尾随", "Following somebody in"),
    "pickpocketing": Text("扒窃", "Pickpocketing"),
    "parcel_taken": Text("盗取快递", "Parcel taken"),
    "vehicle_opened": Text("盗窃车内财物", "Vehicle opened"),
    "e_bike_taken": Text("盗窃电动自行车", "E-bike taken"),
    "phone_call": Text("电话诈骗", "By phone call"),
    "online_contact": Text("网络诈骗", "By online contact"),
    "false_official": Text("冒充公职人员", "Posing as an official"),
    "false_repair": Text("冒充维修人员", "Posing as a repair worker"),
    "snatching": Text("抢夺", "Snatching"),
    "e_bike_charging_indoors": Text("室内给电动自行车充电", "E-bike charged indoors"),
    "open_flame": Text("违规用火", "Open flame"),
    "exit_locked": Text("安全出口上锁", "Exit locked"),
    "exit_obstructed": Text("杂物占用通道", "Exit obstructed"),
}

TIPS: dict[str, Text] = {
    "lock_doors_and_windows": Text("出门、睡前锁好门窗", "Lock doors and windows"),
    "change_the_lock": Text("更换安全等级更高的锁芯", "Fit a safer lock"),
    "let_no_stranger_in": Text("不给陌生人开单元门", "Let no stranger into the building"),
    "ask_for_the_badge": Text("请对方出示证件并核实", "Ask for the badge and check it"),
    "never_transfer_to_strangers": Text("不向陌生人转账", "Never transfer money to strangers"),
    "never_share_codes": Text("不向任何人透露验证码", "Never share a verification code"),
    "call_96110": Text("接到96110来电请接听", "Answer calls from 96110"),
    "lock_the_e_bike": Text("电动自行车停放后上锁", "Lock the e-bike"),
    "collect_parcels_soon": Text("尽快取走快递", "Collect parcels soon"),
    "charge_outdoors": Text("在室外充电点充电", "Charge at the outdoor charging point"),
    "keep_exits_free": Text("保持通道和出口畅通", "Keep corridors and exits free"),
    "close_the_gas_valve": Text("用完关闭燃气阀门", "Close the gas valve after use"),
    "watch_your_bag": Text("看好随身物品", "Watch your bag"),
    "report_to_the_committee": Text("发现问题告知居委会", "Tell the committee what you notice"),
}
