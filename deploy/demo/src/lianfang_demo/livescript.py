"""What is said while the live morning is played, in both languages: one line an act."""

LIVE: dict[str, tuple[str, str]] = {
    "live-opening": (
        "联防示范区 08:00 至 12:00，{speed} 倍速，约 {minutes} 分钟（--seed {seed} 可重演）",
        "08:00 to 12:00 in the model district, {speed} times as fast: about {minutes} minutes"
        " (--seed {seed} plays the same)",
    ),
    "live-open": (
        "先在浏览器中打开以下页面（每个账号用一个独立窗口），登录名与密码：",
        "First open these pages in a browser, a private window for each login, with its password:",
    ),
    "live-page-desk": ("新通知、签收、时限", "new notices, taken over, due"),
    "live-page-head": ("无人签收的警情升级到这里", "what nobody takes over escalates to here"),
    "live-page-incidents": ("接报、到场、办结", "reported, arrived, closed"),
    "live-page-committee": ("脱敏通知与已阅回执", "redacted notices and read receipts"),
    "live-page-landlord": ("自己的房屋与租住", "the own premises and who rents them"),
    "live-page-cases": ("居住地变更：复核、接收", "residence changes: reviewed, accepted"),
    "live-incident": ("110 推送：{what}，{room}", "The 110 feed reports: {what}, {room}"),
    "live-incident-alone": (
        "110 推送：{what}，{room}；无人签收，留待升级",
        "The 110 feed reports: {what}, {room}; nobody takes it over, so that it escalates",
    ),
    "live-arrival": ("{who}到达现场", "{who} arrives on the scene"),
    "live-closing": ("{who}办结一起警情", "{who} closes an incident"),
    "live-tenancy": ("{who}登记一笔租住", "{who} registers a tenancy"),
    "live-own-tenancy": (
        "{who}为自己的房屋登记租住（{room}）",
        "{who} registers a tenancy at the own premises ({room})",
    ),
    "live-extension": ("{who}办理续租，至 {day}", "{who} extends a tenancy to {day}"),
    "live-ending": ("{who}登记租住结束，{day}", "{who} ends a tenancy on {day}"),
    "live-taking": (
        "{who}签收“{title}”：{comment}",
        '{who} takes over "{title}": {comment}',
    ),
    "live-report": ("{who}上报：{what}", "{who} reports: {what}"),
    "live-receipt": ("{who}回执“{title}”", '{who} has read "{title}"'),
    "live-gone": ("{who}：该通知已有人处理", "{who}: somebody has seen to that notice"),
    "live-move": (
        "{who}登记一笔租住：租住人在别处有帮扶登记，比对器将告知原责任单位",
        "{who} registers a tenancy of somebody with an entry elsewhere; the matcher tells there",
    ),
    "live-review": ("{who}复核居住地变更：是本人", "{who} reviews the residence change: confirmed"),
    "live-acceptance": (
        "{who}接收；从此刻起由其负责",
        "{who} accepts, and is responsible from now on",
    ),
    "live-no-case": ("{who}：没有待办的居住地变更", "{who}: no residence change waits here"),
    "live-news": ("→ {who}得知：{title}", "-> {who} hears: {title}"),
    "live-refused": ("！{what}：{why}", "! {what}: {why}"),
    "live-comment-0": ("今天上门走访", "Will call there today"),
    "live-comment-1": ("已电话联系，下午到场", "Telephoned; will be there this afternoon"),
    "live-comment-2": ("已安排网格员核实", "The grid worker checks it"),
    "live-over": (
        "12:00，上午结束：{done} 件事，{refused} 件未成",
        "12:00, the morning is over: {done} acts, {refused} not done",
    ),
    "live-left": (
        "“{title}”仍无人签收：服务的时限按真实时间走，{moment} 升级给{head}，其后给{chief}",
        'Nobody has taken over "{title}": clocks of the services run in real time, at {moment} it'
        " escalates to {head}, then to {chief}",
    ),
    "live-kind-incident": ("警情", "an incident"),
    "live-kind-arrival": ("到场", "an arrival"),
    "live-kind-closing": ("办结", "a closing"),
    "live-kind-tenancy": ("租住登记", "a tenancy"),
    "live-kind-own-tenancy": ("出租人登记", "a landlord's tenancy"),
    "live-kind-extension": ("续租", "an extension"),
    "live-kind-ending": ("租住结束", "an ending"),
    "live-kind-taking": ("签收", "taking a notice over"),
    "live-kind-report": ("居委会上报", "a committee's report"),
    "live-kind-receipt": ("回执", "a read receipt"),
    "live-kind-move": ("居住地变更", "a move"),
    "live-kind-review": ("复核", "a review"),
    "live-kind-acceptance": ("接收", "an acceptance"),
    "live-stopped": ("已中断；已发生的事保留", "Stopped; what was done stays"),
}
