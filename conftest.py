"""What holds for every test: a property is tried without a clock, since machines differ.

The examples are the same at every run, so that what fails comes from the change that was made;
`--hypothesis-profile=default` tries others.
"""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "lianfang", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("lianfang")
