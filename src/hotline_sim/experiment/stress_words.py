"""The words of the checklist in English and Chinese; what is filled into them comes from ``stress.py``."""

from __future__ import annotations

from typing import Final

from hotline_sim.results.definitions import Wording

WORDS: Final[dict[str, Wording]] = {
    "title": Wording("STRESS-DES checklist of this study", "本研究的STRESS-DES报告清单"),
    "about": Wording(
        "Items of the guidelines for reporting discrete-event simulation studies (Monks et al. 2019, "
        "[doi:{doi}](https://doi.org/{doi})). Filled in from the scenario and its provenance; what only "
        "the "
        "author knows is in bold.",
        "条目依据离散事件模拟研究报告规范（Monks等，2019，[doi:{doi}](https://doi.org/{doi})）。"
        "内容由场景及其来源信息自动填写；只有作者知道的部分以粗体标出。",
    ),
    "purpose": Wording(
        "To be written: why the study was made, for whom, and what was decided with it.",
        "待填写：研究背景、服务对象，以及据此作出的决定。",
    ),
    "aims": Wording("To be written: why these scenarios were chosen.", "待填写：选择这些场景的理由。"),
    "sources": Wording(
        "To be written: the records and documents behind the numbers, with dates.",
        "待填写：各参数所依据的记录与文件及其日期。",
    ),
    "processing": Wording(
        "To be written: what was done to records before they became numbers.",
        "待填写：由记录得到参数之前所作的处理。",
    ),
    "sharing": Wording(
        "To be written: where scenario files and results of this study can be had.",
        "待填写：本研究的场景文件与结果从何处获取。",
    ),
    "comma": Wording(", ", "、"),
    "engine core": Wording(
        "compiled core, which takes every visit in order of time", "编译内核，按时间顺序处理每个环节"
    ),
    "engine des": Wording("SimPy process model", "SimPy进程模型"),
    "aim one": Wording(
        "One scenario is described with its intervals: {name}.", "描述一个场景并给出区间：{name}。"
    ),
    "aim several": Wording(
        "Scenario analysis: {base} is compared with {others}, under common random numbers.",
        "场景分析：在公共随机数下比较{base}与{others}。",
    ),
    "interval one": Wording(
        "Means over replications with Student's t interval of 95 %, beside it a bootstrap interval (BCa).",
        "各次重复的均值及95% t置信区间，并给出自助法（BCa）区间。",
    ),
    "interval several": Wording(
        "Differences are taken replication by replication, with paired t and bootstrap intervals of 95 %; "
        "with three scenarios or more, multiple comparisons with the best (Hsu 1984).",
        "逐次重复求差，给出95%配对t区间与自助法区间；三个及以上场景另作与最优者的多重比较（Hsu，1984）。",
    ),
    "no difference": Wording("There is one scenario only.", "仅有一个场景。"),
    "difference": Wording("{name} differs from {base} in:", "{name}与{base}的不同之处："),
    "equal": Wording("{name} says the same as {base}.", "{name}与{base}内容相同。"),
    "more": Wording("* and {count} keys more", "* 另有{count}项"),
    "fixed": Wording("The number was chosen in advance.", "次数事先确定。"),
    "sequential": Wording(
        "It was found by running until the half-width of the 95 % interval was {relative:g} % of the mean, "
        "for {kpis}, and had been for {ahead} replications more (Hoad, Robinson and Davies 2010): "
        "{outcome}.",
        "次数由序贯法确定：直到{kpis}的95%区间半宽不超过均值的{relative:g}%，"
        "且其后{ahead}次重复仍满足（Hoad、Robinson与Davies，2010）：{outcome}。",
    ),
    "rule": Wording("It was found by a stopping rule: {outcome}.", "次数由停止规则确定：{outcome}。"),
    "met": Wording("it was met", "已达到"),
    "unmet": Wording("it was not met", "未达到"),
}

SECTIONS: Final[dict[str, Wording]] = {
    "1": Wording("Objectives", "目标"),
    "2": Wording("Logic", "逻辑"),
    "3": Wording("Data", "数据"),
    "4": Wording("Experimentation", "试验"),
    "5": Wording("Implementation", "实现"),
    "6": Wording("Code access", "代码获取"),
}

ITEMS: Final[dict[str, tuple[Wording, Wording]]] = {
    "1.1": (
        Wording("Purpose of the model", "模型目的"),
        Wording(
            "A city's 12345 hotline, followed ticket by ticket, to see how long citizens wait for an "
            "operator "
            "and for a reply under given staffing and rules. Scenarios: {titles}.",
            "逐件模拟城市12345热线，了解在给定人员与规则下群众等待接听和答复的时间。场景：{titles}。",
        ),
    ),
    "1.2": (
        Wording("Model outputs", "模型输出"),
        Wording("{outputs}\n\n{interval}", "{outputs}\n\n{interval}"),
    ),
    "1.3": (Wording("Aims of experimentation", "试验目的"), Wording("{aims}", "{aims}")),
    "2.1": (
        Wording("Base model overview diagram", "基础模型示意图"),
        Wording(
            "contact → (wait, give up, redial) → intake → direct answer, or ticket → dispatch → signing, "
            "or return "
            "to dispatch → desk work → field time → reply → call-back → done, or redo. The page on the "
            "model, "
            "`docs/model.md`, has every step.",
            "来电、来件 →（等待、放弃、重拨）→ 受理 → 直接答复，或生成工单 → 派单 → 签收，或退回重派 → "
            "案头办理 → "
            "现场处置 → 答复 → 回访 → 办结，或重办。各步骤详见 `docs/model.md`。",
        ),
    ),
    "2.2": (
        Wording("Base model logic", "基础模型逻辑"),
        Wording(
            "Steps whose table is missing from a scenario do not happen. Deadlines run on the working "
            "calendar. "
            "Every accepted request is followed until it has a reply, or the horizon of the scenario "
            "comes.",
            "场景中未给出的环节不发生；办理时限按工作日历计算；每件受理诉求跟踪到答复，或场景的截止时间。",
        ),
    ),
    "2.3": (Wording("Scenario logic", "场景逻辑"), Wording("{logic}", "{logic}")),
    "2.4": (
        Wording("Algorithms", "算法"),
        Wording(
            "First come, first served within a priority; urgent tickets go first, and units may take "
            "tickets by due "
            "date. Arrivals are a Poisson process whose rate changes by hour, day kind and month, times "
            "a random "
            "factor of the day. The unit is drawn by category and area.",
            "同一优先级先到先服务；紧急工单优先，承办单位可按到期时间办理。到达为泊松过程，其强度随时段、"
            "日期类型、月份变化，并乘以随机的日波动系数。承办单位按类别与属地抽取。",
        ),
    ),
    "2.5.1": (
        Wording("Components: entities", "组成：实体"),
        Wording("Requests of the classes {classes}.", "诉求，类型为：{classes}。"),
    ),
    "2.5.2": (
        Wording("Components: activities", "组成：活动"),
        Wording(
            "Talk and after-call work, writing down of online requests, dispatch, signing, desk work, "
            "field time, "
            "call-back; where the scenario has their tables, also leaders' cases, joint meetings, mediation, "
            "calls about one's own ticket, ratings and their rectification. Each has its law in the "
            "scenario.",
            "通话与话后处理、网络诉求登记、派单、签收、案头办理、现场处置、回访；场景给出时另有领导包案、会商、"
            "调解、催单与重复来电、评价及差评整改。各自的分布见场景文件。",
        ),
    ),
    "2.5.3": (
        Wording("Components: resources", "组成：资源"),
        Wording(
            "Teams of agents on shifts: {teams}; handlers of {units} units, of the kinds {kinds}; leaders, "
            "mediators and townships where the scenario has them.",
            "按班次在岗的班组：{teams}；{units}家承办单位的办理人员，单位种类：{kinds}；"
            "场景给出时另有包案领导、调解员与乡镇（街道）。",
        ),
    ),
    "2.5.4": (
        Wording("Components: queues", "组成：队列"),
        Wording(
            "One queue in front of each team and each unit's desk, without limit unless a team has a number "
            "of lines; callers leave when their patience ends.",
            "每个班组与每个承办单位各有一个队列，班组未限定线路时长度不限；来电者耐心耗尽即离开。",
        ),
    ),
    "2.5.5": (
        Wording("Components: entry and exit points", "组成：出入口"),
        Wording(
            "In by the channels {channels}; out by giving up for good, as an invalid contact, or after "
            "the last "
            "call-back.",
            "入口为受理渠道：{channels}；出口为最终放弃、无效来电，或最后一次回访之后。",
        ),
    ),
    "3.1": (
        Wording("Data sources", "数据来源"),
        Wording(
            "In the shipped scenarios the source of each number, or the word *assumed*, stands beside it.",
            "随附场景中，每个数值旁注明来源，或注明为假设（assumed）。",
        ),
    ),
    "3.2": (Wording("Pre-processing", "数据预处理"), Wording("", "")),
    "3.3": (
        Wording("Input parameters", "输入参数"),
        Wording(
            "All of them, with laws and units, are in `manifest.json` beside this file as scenario text. "
            "Digests: "
            "{digests}.",
            "全部参数及其分布、单位以场景文本形式写在本文件旁的 `manifest.json` 中。摘要：{digests}。",
        ),
    ),
    "3.4": (
        Wording("Assumptions", "假设"),
        Wording(
            "Those of the model are in `docs/model.md`; those of a scenario are its values marked *assumed*.",
            "模型的假设见 `docs/model.md`；场景的假设为其中标注assumed的数值。",
        ),
    ),
    "4.1": (
        Wording("Initialisation", "初始化"),
        Wording(
            "The hotline starts empty, or with the open tickets that the scenario states; a run-in of "
            "{run_in} before the window is simulated and left out of the key figures.",
            "热线从空载或场景给出的在办工单开始；统计期之前先模拟{run_in}的预热期，不计入指标。",
        ),
    ),
    "4.2": (
        Wording("Run length", "运行时长"),
        Wording(
            "From {start} to {end} (exclusive), {days} days; time is counted in whole milliseconds.",
            "{start}至{end}（不含），共{days}天；时间以整毫秒计。",
        ),
    ),
    "4.3": (
        Wording("Estimation approach", "估计方法"),
        Wording(
            "{count} independent replications of each scenario. {stopping} {interval}",
            "每个场景{count}次独立重复。{stopping}{interval}",
        ),
    ),
    "5.1": (
        Wording("Software or programming language", "软件与编程语言"),
        Wording(
            "hotline_sim {version}, Python {python}, with {packages}.",
            "hotline_sim {version}，Python {python}，以及{packages}。",
        ),
    ),
    "5.2": (
        Wording("Random sampling", "随机抽样"),
        Wording(
            "PCG64DXSM of NumPy {numpy}, seed {seed}; one stream for each random quantity and "
            "replication, one uniform "
            "number for each ticket, by inversion. Scenarios with the same seed share them.",
            "NumPy {numpy}的PCG64DXSM，种子{seed}；每个随机量、每次重复各有一个随机数流，"
            "每件工单各取一个均匀随机数，"
            "用反函数法抽样。种子相同的场景共用随机数。",
        ),
    ),
    "5.3": (
        Wording("Model execution", "模型执行"),
        Wording(
            "Engine: {engine}. Both engines of the package give the same tickets, bit for bit.",
            "引擎：{engine}。软件的两个引擎给出逐位相同的工单。",
        ),
    ),
    "5.4": (
        Wording("System specification", "系统配置"),
        Wording("{system}, {processor}.", "{system}，{processor}。"),
    ),
    "6.1": (
        Wording("Computer model sharing statement", "模型共享声明"),
        Wording(
            "The model is hotline_sim {version}, under the Apache licence 2.0.",
            "模型为hotline_sim {version}，采用Apache 2.0许可证。",
        ),
    ),
}
"""Title and text of each item, in the order of the guidelines."""
