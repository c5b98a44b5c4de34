"""What this version does not do yet is said where a profile asks for it."""

from nattsynk import seeds
from nattsynk.pending import pending


def test_a_profile_that_asks_for_nothing_more_hears_nothing(profile):
    assert pending(profile.settings(), seeds.complete(profile.settings())) == []


def test_each_setting_and_seed_without_effect_is_named(profile):
    profile.write(settings={"class_activity_groups": 1})
    profile.seed("pauses.csv", "start_date,end_date\n2024-06-01,2024-07-01\n")
    told = pending(profile.settings(), seeds.complete(profile.settings()))
    assert [sentence.split(" has no")[0] for sentence in told] == ["class_activity_groups: 1", "seeds/pauses.csv"]


def test_a_register_without_activities_on_classes_hears_nothing_of_them(profile):
    profile.write(sources=["extens"], rule_set="vklass")
    profile.seed("schools.csv", "source_system,source_school_id,school_form,school_id,school_name\nextens,101,GR,ang,Ängsskolan\n")
    assert pending(profile.settings(), seeds.complete(profile.settings())) == []
