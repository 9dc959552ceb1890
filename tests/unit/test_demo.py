"""The bundled models are told apart by what their files hold."""

from __future__ import annotations

from styleganex_core import demo_names, domain_names, load_demo


def test_domains_are_the_generators_that_come_alone():
    names = domain_names()
    assert names
    assert set(names) < set(demo_names())
    for name in names:
        domain = load_demo(name)
        assert domain.encoder is None
        assert not domain.fusions
    assert "photo" not in names
    assert "super_resolution_4x" not in names
