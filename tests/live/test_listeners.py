"""Functions that are called back until they are removed."""

from workbench.live.listeners import Listeners


def test_listeners_keep_order():
    heard = []
    listeners = Listeners()
    for name in ("first", "second"):
        listeners.add(lambda name=name: heard.append(name))
    for listener in listeners:
        listener()
    assert heard == ["first", "second"]


def test_function_added_twice_removed_once():
    listeners = Listeners()
    remove = listeners.add(print)
    listeners.add(print)
    remove()
    remove()
    assert list(listeners) == [print]
    assert len(listeners) == 1


def test_listener_may_remove_itself():
    heard = []
    listeners = Listeners()

    def leave():
        heard.append("leaves")
        remove()

    remove = listeners.add(leave)
    listeners.add(lambda: heard.append("stays"))
    for _ in range(2):
        for listener in listeners:
            listener()
    assert heard == ["leaves", "stays", "stays"]
