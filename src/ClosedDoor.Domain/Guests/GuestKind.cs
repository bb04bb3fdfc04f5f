namespace ClosedDoor.Domain;

public enum GuestKind
{
    /// <summary>医院主管领导: counts for the hospital.</summary>
    HospitalDirector,

    /// <summary>卫健委嘉宾: a public servant, who needs the unit's approval on file.</summary>
    HealthCommissionOfficial,

    /// <summary>科研专家.</summary>
    ResearchExpert,
}

/// <summary>The post 职务 that somebody holds, the highest first. Not to be mistaken for the <see cref="Title"/>.</summary>
public enum Post
{
    /// <summary>院长.</summary>
    President,

    /// <summary>党委书记, on a level with the president.</summary>
    PartySecretary,

    /// <summary>副院长.</summary>
    VicePresident,

    /// <summary>职能处长.</summary>
    DivisionHead,

    /// <summary>科室主任: the lowest post that is 主任级.</summary>
    DepartmentHead,

    /// <summary>科室副主任.</summary>
    DeputyDepartmentHead,

    /// <summary>Any other, or none.</summary>
    Other,
}

/// <summary>The professional title 职称. Of physicians: GB/T 8561 231, 232 and 233.</summary>
public enum Title
{
    /// <summary>主任医师 (231).</summary>
    ChiefPhysician,

    /// <summary>副主任医师 (232).</summary>
    AssociateChiefPhysician,

    /// <summary>主治医师 (233).</summary>
    AttendingPhysician,
    Professor,
    AssociateProfessor,
    Researcher,
    AssociateResearcher,
    Other,
}
