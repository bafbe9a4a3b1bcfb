"""Texts of the gateway's problems, Chinese first."""

from lianfang_edge.problems import Text

MESSAGES: dict[str, Text] = {
    "foreign-origin": Text(
        "请求来自其他网站，已拒绝", "The request came from another site and was refused"
    ),
    "login-broken": Text(
        "登录未完成，请重新登录", "The login could not be completed; please start again"
    ),
    "login-expired": Text("登录超时，请重新登录", "The login took too long; please start again"),
    "login-throttled": Text(
        "尝试次数过多，请稍后再试", "Too many attempts; please wait before trying again"
    ),
    "no-account": Text(
        "该用户在本系统没有账号", "You are known to the issuer, but have no account here"
    ),
    "no-desk": Text("当前账号没有值守岗位", "Your account does not sit at a desk"),
    "path-refused": Text("地址格式不被接受", "The address has a form that is not accepted"),
    "service-away": Text("服务暂不可用，请稍后重试", "The service is away; try again in a moment"),
    "service-slow": Text(
        "服务未在规定时间内答复，请稍后重试", "The service did not answer in time; try again"
    ),
}
