"""Fakes and fixtures that every test suite shares."""
