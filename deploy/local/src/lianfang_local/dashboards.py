"""What Grafana shows, declared: one dashboard for each kind of reader.

`make dashboards` writes them to deploy/grafana/dashboards. A panel with an alert draws the limit of
that alert, and a test holds the two equal. No metric names an office or a person; no panel can.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """One expression of a panel.

    Attributes:
        expression: in PromQL.
        legend: what its lines are called; `{{label}}` stands for a label's value.
        rare: on a network that serves it may show nothing, since what it counts is no daily thing.
    """

    expression: str
    legend: str
    rare: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One graph, or one row of numbers.

    Attributes:
        title: in Chinese, then in English.
        question: the one that it answers, likewise.
        queries: what it asks for.
        unit: as Grafana calls it.
        alert: the alert whose limit it draws.
        limit: the value above which that alert waits to fire.
        numbers: whether the values of this moment are shown, and no graph.
    """

    title: str
    question: str
    queries: tuple[Query, ...]
    unit: str = "none"
    alert: str | None = None
    limit: float | None = None
    numbers: bool = False


@dataclass(frozen=True, slots=True)
class Dashboard:
    """What one kind of reader looks at.

    Attributes:
        name: of its file, and part of its address.
        title: in Chinese, then in English.
        question: the one that it answers, likewise.
        hours: how far back it shows when it is opened.
        panels: from the most to the least urgent.
    """

    name: str
    title: str
    question: str
    hours: int
    panels: tuple[Panel, ...]


def _quantile(share: float, metric: str, *, by: str = "le", where: str = "", over: str) -> str:
    rate = f"rate({metric}_bucket{where}[{over}])"
    return f"histogram_quantile({share}, sum by ({by}) ({rate}))"


_FROM_EVENT_TO_NOTICE = Panel(
    title="从事件到通知 / From event to notice",
    question="通知多快形成？ / How soon is a notice there, mostly and at worst?",
    unit="s",
    queries=tuple(
        Query(_quantile(share, "notifications_event_to_notice_seconds", over="5m"), legend)
        for share, legend in ((0.5, "p50"), (0.99, "p99"))
    ),
    alert="NoticesSlow",
    limit=1,
)

BUREAU = Dashboard(
    name="bureau",
    title="分局：通知与处置 / Bureau: notices and responses",
    question="通知有没有人签收，警情有没有按时到场？"
    " / Are notices taken over, and incidents attended in time?",
    hours=24,
    panels=(
        Panel(
            title="升级到头仍无人签收 / Unacknowledged at the end of their escalation",
            question="有没有全链条都未签收的通知？ / Is there a notice that no desk took?",
            queries=(
                Query("max by (urgency) (notifications_unacknowledged_overdue)", "{{urgency}}"),
            ),
            alert="NoticesUnacknowledged",
            limit=0,
            numbers=True,
        ),
        Panel(
            title="24 小时内未按时到场 / Arrivals missed in 24 hours",
            question="多少刑事警情超过到场时限？"
            " / How many criminal incidents passed their on-scene clock?",
            queries=(
                Query("sum(increase(incidents_arrivals_missed_total[24h]))", "未到场 / missed"),
            ),
            numbers=True,
        ),
        Panel(
            title="每小时新通知 / Notices raised an hour",
            question="各岗位共收到多少通知？ / How many notices do all desks get?",
            queries=(
                Query(
                    "sum by (urgency) (increase(notifications_notices_raised_total[1h]))",
                    "{{urgency}}",
                ),
            ),
        ),
        Panel(
            title="每小时升级 / Notices escalated an hour",
            question="多少通知在时限内无人签收？ / How many does nobody acknowledge in time?",
            queries=(
                Query(
                    "sum by (urgency) (increase(notifications_notices_escalated_total[1h]))",
                    "{{urgency}}",
                ),
            ),
        ),
        Panel(
            title="每小时未按时到场 / Arrivals missed an hour",
            question="什么时候到场不及时？ / When are arrivals late?",
            queries=(
                Query("sum(increase(incidents_arrivals_missed_total[1h]))", "未到场 / missed"),
            ),
        ),
        Panel(
            title="到场用时（24 小时） / Time to arrival, over 24 hours",
            question="刑事警情多久有人到场？ / How long until somebody is at a criminal incident?",
            unit="s",
            queries=tuple(
                Query(_quantile(share, "incidents_arrival_seconds", over="24h"), legend, rare=True)
                for share, legend in ((0.5, "p50"), (0.9, "p90"))
            ),
        ),
        _FROM_EVENT_TO_NOTICE,
    ),
)

OPERATIONS = Dashboard(
    name="operations",
    title="运维：投递 / Operations: delivery",
    question="事实是否发出、送达、按时生效？"
    " / Do facts leave, arrive and have their effect in time?",
    hours=6,
    panels=(
        Panel(
            title="正在告警 / Alerts that fire",
            question="现在有哪些告警？ / Which alerts fire now?",
            queries=(
                Query(
                    'sum by (alertname) (ALERTS{alertstate="firing"})', "{{alertname}}", rare=True
                ),
            ),
            numbers=True,
        ),
        Panel(
            title="服务离线（1 为是） / Services away, 1 for yes",
            question="五个服务是否都在？ / Are all five services there?",
            queries=(Query("1 - min by (service) (up)", "{{service}}"),),
            alert="ServiceAway",
            limit=0,
            numbers=True,
        ),
        Panel(
            title="发件箱最久等待 / Age of the oldest fact in the outbox",
            question="事实是否及时发出？ / Do facts leave in time?",
            unit="s",
            queries=(
                Query("max by (service) (common_outbox_oldest_unpublished_seconds)", "{{service}}"),
            ),
            alert="OutboxNotLeaving",
            limit=30,
        ),
        Panel(
            title="消费积压 / Events that wait to be handled",
            question="哪个消费组落后？ / Which consumer group is behind?",
            queries=(Query("sum by (service, group) (common_consumer_lag_events)", "{{group}}"),),
            alert="ConsumerFallsBehind",
            limit=500,
        ),
        Panel(
            title="受限主题延迟（1 为是） / Restricted topics late, 1 for yes",
            question="受限主题是否延迟？不显示数量 / Are restricted topics late? No count is shown",
            queries=(Query("max by (service, group) (common_consumer_late)", "{{group}}"),),
            alert="ConsumerFallsBehind",
            limit=0,
        ),
        Panel(
            title="已自动停止消费（1 为是） / Consumers braked, 1 for yes",
            question="是否因坏消息过多而停止？ / Did a group stop because too much was bad?",
            queries=(Query("max by (service, group) (common_consumer_braked)", "{{group}}"),),
            alert="ConsumerBraked",
            limit=0,
        ),
        Panel(
            title="未处理的死信 / Dead letters open",
            question="有没有等待决定的消息？ / Do parked messages wait for a decision?",
            queries=(Query("max by (service, group) (common_dead_letters_open)", "{{group}}"),),
            alert="DeadLettersOpen",
            limit=0,
        ),
        Panel(
            title="时限最久逾期 / Oldest overdue timer",
            question="时限是否按时触发？ / Do deadlines fire in time?",
            unit="s",
            queries=(
                Query("max by (service) (common_timers_oldest_overdue_seconds)", "{{service}}"),
            ),
            alert="TimersLate",
            limit=60,
        ),
        _FROM_EVENT_TO_NOTICE,
        Panel(
            title="不成立的数据规则（1 为是） / Invariants broken, 1 for yes",
            question="哪条数据规则不成立？ / Which rule about the data does not hold?",
            queries=(
                Query("max by (service, rule) (common_invariant_breaches)", "{{service}} {{rule}}"),
            ),
            alert="InvariantBroken",
            limit=0,
        ),
        Panel(
            title="距上次检查数据规则 / Since the invariants were asked",
            question="数据规则是否定时检查？ / Are the rules asked regularly?",
            unit="s",
            queries=(
                Query(
                    "time() - max by (service) (common_invariants_checked_seconds)", "{{service}}"
                ),
            ),
            alert="InvariantsUnasked",
            limit=1800,
        ),
        Panel(
            title="活动的转发器 / Relays that lead",
            question="每个服务是否恰有一个？ / Is there exactly one in each service?",
            queries=(Query("sum by (service) (common_relay_leading)", "{{service}}"),),
        ),
        Panel(
            title="每秒发出与处理 / Facts sent and events handled a second",
            question="投递有多忙？受限主题不计 / How busy is delivery? Restricted topics left out",
            unit="cps",
            queries=(
                Query(
                    "sum by (service) (rate(common_outbox_published_total[5m]))",
                    "发出 / sent {{service}}",
                ),
                Query(
                    "sum by (group) (rate(common_events_handled_total[5m]))",
                    "处理 / handled {{group}}",
                ),
            ),
        ),
        Panel(
            title="每秒失败与重试 / Failures and retries a second",
            question="为什么发不出、处理不了？ / Why do facts not leave or arrive?",
            unit="cps",
            queries=(
                Query(
                    "sum by (service, part) (rate(common_outbox_failures_total[5m]))",
                    "发出 / sending {{service}} {{part}}",
                    rare=True,
                ),
                Query(
                    "sum by (group) (rate(common_consumer_retries_total[5m]))",
                    "批次等待 / batches held {{group}}",
                    rare=True,
                ),
                Query(
                    "sum by (group) (rate(common_consumer_restarts_total[5m]))",
                    "客户端重建 / clients replaced {{group}}",
                    rare=True,
                ),
                Query(
                    "sum by (service, kind) (rate(common_timers_failed_total[5m]))",
                    "时限推迟 / timers put off {{service}} {{kind}}",
                    rare=True,
                ),
            ),
        ),
    ),
)

# A live view is one request that lasts for minutes.
_ASKED = '{route!="GET /api/v1/gateway/live"}'
_REQUESTS = "sum by (service) (rate(common_http_requests_total{}[5m]))"

SERVICES = Dashboard(
    name="services",
    title="服务：请求 / Services: requests",
    question="各服务多忙、多快、错多少？ / How busy, how quick, how faulty is each service?",
    hours=6,
    panels=(
        Panel(
            title="每秒请求 / Requests a second",
            question="各服务多忙？ / How busy is each service?",
            unit="reqps",
            queries=(Query(_REQUESTS.format(""), "{{service}}"),),
        ),
        Panel(
            title="每秒被拒与出错 / Requests refused and failed a second",
            question="多少请求被拒、出错？ / How many are refused, how many fail?",
            unit="reqps",
            queries=(
                Query(_REQUESTS.format('{status=~"4.."}'), "4xx {{service}}", rare=True),
                Query(_REQUESTS.format('{status=~"5.."}'), "5xx {{service}}", rare=True),
            ),
        ),
        Panel(
            title="请求用时 / Duration of requests",
            question="各服务多快？实时视图除外 / How quick is each service? Live views left out",
            unit="s",
            queries=tuple(
                Query(
                    _quantile(
                        share,
                        "common_http_request_seconds",
                        by="service, le",
                        where=_ASKED,
                        over="5m",
                    ),
                    f"{name} {{{{service}}}}",
                )
                for share, name in ((0.5, "p50"), (0.99, "p99"))
            ),
        ),
        Panel(
            title="实时视图 / Live views",
            question="多少打开，多少跟不上？ / How many are open, how many could not keep up?",
            queries=(
                Query("sum(gateway_live_clients)", "打开 / open"),
                Query(
                    "sum(increase(gateway_live_dropped_total[5m]))",
                    "5 分钟内断开 / dropped in 5 min",
                ),
            ),
        ),
        Panel(
            title="每小时登录 / Logins an hour",
            question="登录成功还是被拒？ / Do logins succeed?",
            queries=(
                Query("sum by (outcome) (increase(gateway_logins_total[1h]))", "{{outcome}}"),
            ),
        ),
        Panel(
            title="每秒无应答的转发 / Requests a second that a service did not answer",
            question="网关等不到哪个服务？ / Which service does the gateway wait for in vain?",
            unit="reqps",
            queries=(
                Query(
                    "sum by (upstream, reason) (rate(gateway_upstream_failures_total[5m]))",
                    "{{upstream}} {{reason}}",
                    rare=True,
                ),
            ),
        ),
    ),
)

DASHBOARDS = (BUREAU, OPERATIONS, SERVICES)
