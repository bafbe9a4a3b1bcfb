"""What holds for every test: a property is tried without a clock, since machines differ."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "lianfang", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("lianfang")
