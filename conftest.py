pytest_plugins = ["tests.machine", "tests.remise"]
