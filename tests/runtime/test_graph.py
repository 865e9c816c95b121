from galleria.runtime.graph import EmbeddedExecutor, Graph, Step


class Twice:
    """Gives everything twice; keeps nothing."""

    def on_item(self, item):
        yield item
        yield item

    def on_end(self):
        return ()


class Pairs:
    """Joins two things into one; at the end what is left comes out alone."""

    def __init__(self):
        self.held = []

    def on_item(self, item):
        self.held.append(item)
        if len(self.held) < 2:
            return []
        pair, self.held = tuple(self.held), []
        return [pair]

    def on_end(self):
        return [tuple(self.held)] if self.held else []


class Diary:
    """Passes on, and writes down what came and when it ended."""

    def __init__(self, lines, name, last=()):
        self.lines, self.name, self.last = lines, name, last

    def on_item(self, item):
        self.lines.append((self.name, item))
        return [item]

    def on_end(self):
        self.lines.append((self.name, "end"))
        return self.last


def executor(*steps):
    return EmbeddedExecutor(Graph(tuple(Step(name, operator) for name, operator in steps)))


def test_one_thing_goes_through_all_steps_before_the_next():
    lines = []
    runs = executor(("a", Diary(lines, "a")), ("twice", Twice()), ("b", Diary(lines, "b")))
    assert list(runs.run([1, 2])) == [1, 1, 2, 2]
    assert lines == [("a", 1), ("b", 1), ("b", 1), ("a", 2), ("b", 2), ("b", 2)]


def test_what_a_step_held_goes_through_the_steps_after_it():
    lines = []
    runs = executor(("pairs", Pairs()), ("twice", Twice()), ("diary", Diary(lines, "diary")))
    assert list(runs.run([1, 2, 3])) == [(1, 2), (1, 2)]
    assert list(runs.drain()) == [(3,), (3,)]
    assert lines[-1] == ("diary", "end")


def test_steps_end_from_first_to_last_and_see_what_earlier_ones_held():
    lines = []
    runs = executor(("a", Diary(lines, "a", ["x"])), ("b", Diary(lines, "b", ["y"])), ("c", Diary(lines, "c")))
    assert list(runs.run([])) == []
    assert list(runs.drain()) == ["x", "y"]
    assert lines == [("a", "end"), ("b", "x"), ("c", "x"), ("b", "end"), ("c", "y"), ("c", "end")]


def test_nothing_more_is_taken_when_nobody_asks():
    taken = []

    def source():
        for number in range(10):
            taken.append(number)
            yield number

    runs = executor(
        ("pairs", Pairs()),
    )
    items = runs.run(source())
    assert next(items) == (0, 1)
    items.close()
    assert taken == [0, 1]
    assert list(runs.drain()) == []


def test_time_is_told_by_step():
    runs = executor(("twice", Twice()), ("pairs", Pairs()))
    list(runs.run("abc"))
    assert {name: spent.items for name, spent in runs.spent.items()} == {"source": 3, "twice": 3, "pairs": 6}
    assert all(spent.seconds >= 0 for spent in runs.spent.values())


def test_a_graph_without_steps_passes_on():
    assert list(executor().run([None, 0, ""])) == [None, 0, ""]
