namespace ClosedDoor.Domain;

/// <summary>How far two have come after a meeting. A purchase is none of the stages: it goes the regular way, elsewhere.</summary>
public enum OutcomeStage
{
    /// <summary>They met again.</summary>
    SecondMeeting,

    /// <summary>合作意向.</summary>
    Intention,

    /// <summary>试用.</summary>
    Trial,

    /// <summary>合作备忘录.</summary>
    Memorandum,

    /// <summary>合同洽谈: talks, not a contract.</summary>
    ContractTalks,
}
