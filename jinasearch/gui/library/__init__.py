"""The library as a whole: a copy of it, another in its place, is it sound?"""
