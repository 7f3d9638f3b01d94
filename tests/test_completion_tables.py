"""Completion in what one does with tables all day: accessors, columns, labels, lists of dictionaries."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from gshell.shell.completion import complete
from tests.bare_shell import bare_shell

MAGICS = bare_shell().magics.known()


def hostile(*_: Any, **__: Any) -> Any:
    """Nothing of the user's is to run."""
    raise SystemExit("the user's code was run")


class HostileAccessor:
    """One of the user's, which looks at the table when it is made."""

    __init__ = hostile

    def centre(self) -> None:
        """A method of it."""

    area = property(hostile)


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """A namespace."""
    pd.api.extensions.register_dataframe_accessor("geo")(HostileAccessor)
    df = pd.DataFrame(
        {
            "time": pd.date_range("2020", periods=3),
            "station": ["a", "b", "c"],
            "temp": [1.0, 2, 3],
            "text": ["x"] * 3,
            "kind": pd.Categorical(["u", "v", "u"]),
        },
        index=["ra", "rb", "other"],
    )
    return {
        "df": df,
        "s": df.temp,
        "x": [{"alpha": 1, "beta": {"gamma": 3}}, {"delta": 2}],
        "pair": ({"first": 1}, [{"last": 2}]),
        "d": {"k": [{"deep": 1}]},
        "i": 1,
        "key": "k",
        "mask": df.temp > 1,
        "np": np,
        "pd": pd,
    }


# What is typed, and what is among the completions.
FOUND = {
    "df.time.dt.": ["year", "day", "strftime", "total_seconds"],
    "df['time'].dt.y": ["year"],
    "df.station.str.": ["lower", "contains", "split"],
    "df.station.str.star": ["startswith"],
    "df.kind.cat.": ["categories", "codes"],
    "df.plot.": ["line", "bar", "scatter"],
    "s.plot.": ["line", "hist"],
    "df.temp.plot.": ["hist"],
    "df.index.": ["tolist", "str"],
    "df.index.str.": ["lower"],
    "df.columns.str.": ["lower"],
    "s.index.": ["tolist"],
    "df.time.index.": ["tolist"],
    "df.geo.": ["centre", "area"],
    "pd.Series([1]).str.": ["lower"],
    "df.loc[:, 'te": ["temp", "text"],
    'df.loc[:, "te': ["temp", "text"],
    "df.loc[df.temp > 1, 'te": ["temp", "text"],
    "df.loc[df.station.isin(['a', 'b']), 'te": ["temp", "text"],
    "df.loc[:, ['temp', 'te": ["temp", "text"],
    "df.loc[['ra', 'r": ["ra", "rb"],
    "df.loc['r": ["ra", "rb"],
    "df.at['ra', 'te": ["temp", "text"],
    "s.loc['r": ["ra", "rb"],
    "df.loc[:, ": ["'temp'", "'text'"],
    "df.loc[": ["'ra'", "'rb'"],
    "df[['te": ["temp", "text"],
    "df[['temp', 'te": ["temp", "text"],
    "df['te": ["temp']", "text']"],
    "df[df.temp > 1]['te": ["temp']", "text']"],
    "df[(df.temp > 1) & (df.temp < 3)].te": ["temp", "text"],
    "df[~mask].te": ["temp", "text"],
    "df[mask].te": ["temp", "text"],
    "df[1:].te": ["temp", "text"],
    "df[1:].time.dt.y": ["year"],
    "df.groupby('te": ["temp", "text"],
    "df.groupby(['temp', 'te": ["temp", "text"],
    "df.sort_values(by='te": ["temp", "text"],
    "df.plot(x='te": ["temp", "text"],
    "df.plot.scatter(x='te": ["temp", "text"],
    "x[0]['": ["alpha']", "beta']"],
    "x[0]['al": ["alpha']"],
    'x[0]["al': ['alpha"]'],
    "x[-1]['": ["delta']"],
    "x[i]['": ["delta']"],
    "x[0]['beta']['": ["gamma']"],
    "x[1:][0]['": ["alpha']"],
    "x[0][": ["'alpha']", "'beta']"],
    "pair[0]['": ["first']"],
    "pair[1][0]['": ["last']"],
    "d['k'][0]['": ["deep']"],
    "d[key][0]['": ["deep']"],
    "print(x[0]['": ["alpha']"],
    "y = [x[0]['al": ["alpha']"],
}
NOT_FOUND = {
    "df.loc[:, 'te": ["time"],
    "df.to_csv('te": ["temp", "text"],
    "['te": ["temp"],
    "f(['te": ["temp"],
    "df.loc[1, 2, 'te": ["temp"],
    "df.temp['te": ["temp']"],
}


def texts(cell: str, names: dict[str, Any]) -> list[str]:
    """What can follow at the end of a cell."""
    return [each.text for each in complete(cell, len(cell), names, MAGICS).completions]


@pytest.mark.parametrize("cell", FOUND)
def test_what_one_lives_in(names: dict[str, Any], cell: str) -> None:
    found = texts(cell, names)
    assert set(FOUND[cell]) <= set(found), found


@pytest.mark.parametrize("cell", NOT_FOUND)
def test_what_is_none_there(names: dict[str, Any], cell: str) -> None:
    assert not {*NOT_FOUND[cell]} & {*texts(cell, names)}


def test_no_code_of_the_users_runs() -> None:
    """In none of what is found above, with objects of the user's own classes."""
    frame = type("HostileFrame", (pd.DataFrame,), {"__getattribute__": hostile})
    series = type("HostileSeries", (pd.Series,), {"__getattribute__": hostile})
    items = type("HostileList", (list,), {"__getitem__": hostile, "__iter__": hostile, "__len__": hostile})
    mapping = type("HostileDict", (dict,), {"__getitem__": hostile, "keys": hostile, "__iter__": hostile})
    data = pd.DataFrame({"temp": [1], "text": [2]})
    made = pd.DataFrame.__new__(frame)
    object.__setattr__(made, "_mgr", data._mgr)
    column = pd.Series.__new__(series)
    object.__setattr__(column, "_mgr", data.temp._mgr)
    namespace = {
        "df": made,
        "s": column,
        "x": items([mapping(alpha=1)]),
        "pair": (mapping(alpha=1), items()),
        "d": mapping(k=items([mapping(deep=1)])),
        "i": type("HostileInt", (int,), {"__index__": hostile, "__eq__": hostile, "__hash__": hostile})(0),
        "key": type("HostileText", (str,), {"__eq__": hostile, "__hash__": hostile})("k"),
        "mask": column,
        "pd": pd,
    }
    for cell in {**FOUND, **NOT_FOUND}:
        texts(cell, namespace)
