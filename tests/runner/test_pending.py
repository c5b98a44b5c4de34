"""What this version does not do yet is said where a profile asks for it."""

from nattsynk import seeds
from nattsynk.pending import pending


def test_a_profile_that_asks_for_nothing_more_hears_nothing(profile):
    assert pending(profile.settings(), seeds.complete(profile.settings())) == []


def test_each_setting_and_seed_without_effect_is_named(profile):
    profile.write(settings={"mentor_source": "class", "class_activity_groups": 1})
    profile.seed("schools.csv", "source_system,source_school_id,school_form,school_id,school_name,mentor_source\nprocapita,101,GR,ang,Ängsskolan,student\n")
    profile.seed("pauses.csv", "start_date,end_date\n2024-06-01,2024-07-01\n")
    profile.seed("attributes.csv", "role,attribute,policy\nstudent,user_name,fill\n")
    told = pending(profile.settings(), seeds.complete(profile.settings()))
    assert [sentence.split(" has no")[0] for sentence in told] == [
        "class_activity_groups: 1", "mentor_source: class", "seeds/schools.csv: mentor_source student", "seeds/pauses.csv", "seeds/attributes.csv: the policy fill",
    ]


def test_the_rule_set_that_fills_says_so(profile):
    profile.write(rule_set="vklass")
    told = pending(profile.settings(), seeds.complete(profile.settings()))
    assert [sentence for sentence in told if "vklass: its policy fill" in sentence]


def test_a_source_that_is_not_read_yet_is_refused(profile, nattsynk):
    profile.write(sources=["extens"])
    ended = nattsynk("build", "--profile", profile.folder)
    assert ended.code == 2
    assert "extens is not read by this version yet" in ended.err
