"""nattsynk's runner: settings, dbt, files and delivery around the models. It knows no rule."""
